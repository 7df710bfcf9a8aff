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

/** What a user is learning; each call is one short transaction. */
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

    /** A skill that the catalogue has not is added to it. */
    public TrainingDetails add(UserId user, NewTraining wanted) {
        Training training =
                new Training(
                        TrainingId.next(),
                        user,
                        skills.namedOrNew(wanted.skill()),
                        wanted,
                        clock.instant());
        trainings.persist(training);
        return training.details();
    }

    /**
     * The user's trainings, newest first.
     *
     * @param skill only those for the skill of this name, however it is spelt
     * @param before only trainings that were added before this one
     */
    public List<TrainingDetails> list(
            UserId user,
            Optional<String> skill,
            Optional<TrainingStatus> status,
            Optional<TrainingId> before,
            int most) {
        Optional<Skill> wanted = skill.flatMap(skills::named);
        if (skill.isPresent() && wanted.isEmpty()) {
            return List.of();
        }
        return trainings.of(user, wanted, status, before, most).stream()
                .map(Training::details)
                .toList();
    }

    /**
     * @throws ProfileEntryNotFound where the user has no such training
     */
    public TrainingDetails read(UserId user, TrainingId id) {
        return trainings.of(user, id).orElseThrow(() -> notFound(id)).details();
    }

    /**
     * @throws ProfileEntryNotFound where the user has no such training
     */
    public TrainingDetails change(UserId user, TrainingId id, TrainingUpdate change) {
        Training training = trainings.locked(user, id).orElseThrow(() -> notFound(id));
        training.change(change, clock.instant());
        return training.details();
    }

    /**
     * @throws ProfileEntryNotFound where the user has no such training
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
