package dev.parley.profile.training;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** The id of a training, a UUIDv7 (RFC 9562). */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record TrainingId(UUID value) {

    static TrainingId next() {
        return new TrainingId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
