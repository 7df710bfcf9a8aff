package dev.parley.agent.tool;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that agents may call, of a bean that is {@link AgentTools}. The tool's name is the
 * method's in snake case. The method takes the {@link dev.parley.platform.identity.UserId} and,
 * where the tool has arguments, a record of them; it returns the outcome as JSON.
 *
 * <p>In the record, {@code @NotNull} makes an argument required, {@code @JsonPropertyDescription}
 * tells the model of it, and other constraints bound it. The schema that the model is given stands
 * in {@code tools.json}, which {@code ToolSchemaTest} makes and compares.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AgentTool {

    /** For the model: what the tool does, in a sentence. */
    String value();

    /** Exceptions that refuse the call: the agent is told their message. */
    Class<? extends RuntimeException>[] refusals() default {};
}
