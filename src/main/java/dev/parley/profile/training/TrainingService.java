package dev.parley.profile.training;

import dev.parley.platform.database.sql.RowsOfAccount;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import dev.parley.profile.ProfileEntryNotFound;
import dev.parley.profile.ProfileRepository;
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
    private final ProfileRepository profiles;
    private final TrainingConfig config;
    private final Clock clock;

    TrainingService(
            TrainingRepository trainings,
            SkillRepository skills,
            ProfileRepository profiles,
            TrainingConfig config,
            Clock clock) {
        this.config = config;
        this.trainings = trainings;
        this.skills = skills;
        this.profiles = profiles;
        this.clock = clock;
    }

    /**
     * Adds a training. A skill that the catalogue lacks becomes the user's own.
     *
     * @throws LimitReached if the user has {@link TrainingConfig#maxPerAccount} trainings
     */
    public TrainingDetails add(UserId user, NewTraining newTraining) {
        profiles.lock(user);
        RowsOfAccount.requireBelow(
                trainings.getEntityManager(), "trainings", user.value(), config.maxPerAccount());
        Training training =
                new Training(
                        TrainingId.next(),
                        user,
                        skills.findOrCreate(user, newTraining.skill()),
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
        Optional<Skill> knownSkill = skill.flatMap(name -> skills.findByName(user, name));
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
        profiles.lock(user);
        if (trainings.remove(user, id) == 0) {
            throw notFound(id);
        }
        skills.deleteUnused(user);
    }

    private static ProfileEntryNotFound notFound(TrainingId id) {
        return new ProfileEntryNotFound("training", id);
    }
}
