package dev.parley.profile.training;

import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileEntryNotFound;
import dev.parley.profile.skill.Skill;
import dev.parley.profile.skill.SkillRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A user's trainings. Each call is one short transaction. */
@ApplicationScoped
@Transactional
public class TrainingService {

    private final TrainingRepository trainings;
    private final SkillRepository skills;
    private final Clock clock;

    TrainingService(TrainingRepository trainings, SkillRepository skills, Clock clock) {
        this.trainings = trainings;
        this.skills = skills;
        this.clock = clock;
    }

    /** Adds a training. Adds a skill that the catalogue lacks to the catalogue. */
    public TrainingDetails add(UserId user, NewTraining newTraining) {
        Training training =
                new Training(
                        TrainingId.next(),
                        user,
                        skills.findOrCreate(newTraining.skill()),
                        newTraining,
                        clock.instant());
        trainings.persist(training);
        return training.details();
    }

    /**
     * Lists the user's trainings, newest first.
     *
     * @param skill only trainings for the skill of this name, ignoring case
     * @param before only trainings added before this training
     */
    public List<TrainingDetails> list(
            UserId user,
            Optional<String> skill,
            Optional<TrainingStatus> status,
            Optional<TrainingId> before,
            int limit) {
        Optional<Skill> knownSkill = skill.flatMap(skills::findByName);
        if (skill.isPresent() && knownSkill.isEmpty()) {
            return List.of();
        }
        return trainings.find(user, knownSkill, status, before, limit).stream()
                .map(Training::details)
                .toList();
    }

    /**
     * @throws ProfileEntryNotFound if the user has no such training
     */
    public TrainingDetails read(UserId user, TrainingId id) {
        return trainings.find(user, id).orElseThrow(() -> notFound(id)).details();
    }

    /**
     * @throws ProfileEntryNotFound if the user has no such training
     */
    public TrainingDetails change(UserId user, TrainingId id, TrainingUpdate change) {
        Training training = trainings.findLocked(user, id).orElseThrow(() -> notFound(id));
        training.apply(change, clock.instant());
        return training.details();
    }

    /**
     * @throws ProfileEntryNotFound if the user has no such training
     */
    public void remove(UserId user, TrainingId id) {
        if (trainings.remove(user, id) == 0) {
            throw notFound(id);
        }
    }

    private static ProfileEntryNotFound notFound(TrainingId id) {
        return new ProfileEntryNotFound("training", id);
    }
}
