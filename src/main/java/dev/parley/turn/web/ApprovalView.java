package dev.parley.turn.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalStatus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tool call that needs an approval, and what was decided about it. */
@RegisterForReflection
public record ApprovalView(
        UUID turnId,
        String step,
        String tool,
        @Schema(type = SchemaType.OBJECT, implementation = Object.class) JsonNode arguments,
        String argumentsHash,
        String summary,
        @Schema(enumeration = {"owner", "admin"}) String approver,
        ApprovalStatus status,
        Instant askedAt,
        Instant expiresAt,
        @Nullable Instant decidedAt,
        @Nullable @Schema(type = SchemaType.OBJECT, implementation = Object.class)
                JsonNode approvedArguments,
        @Nullable String reason) {

    public static ApprovalView of(Approval approval) {
        return new ApprovalView(
                approval.turn().value(),
                approval.request().step(),
                approval.request().tool(),
                approval.request().arguments(),
                approval.request().argumentsHash(),
                approval.request().summary(),
                approval.request().approverText(),
                approval.status(),
                approval.request().askedAt(),
                approval.request().expiresAt(),
                approval.decidedAt().orElse(null),
                approval.approvedArguments().orElse(null),
                approval.reason().orElse(null));
    }
}
