package dev.parley.agent.tool;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of an {@link AgentTools} bean as a tool for agents. The tool's name is the
 * method's name in snake case. The method takes the {@link dev.parley.platform.identity.UserId}
 * and, if the tool has arguments, a record of the arguments. It returns the result as JSON.
 *
 * <p>In the record, {@code @NotNull} makes an argument required, {@code @JsonPropertyDescription}
 * describes the argument to the model, and other constraints limit the argument. The schema for the
 * model is in {@code tools.json}, which {@code ToolSchemaTest} generates and compares.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AgentTool {

    /** One sentence for the model that says what the tool does. */
    String value();

    /** Exceptions that refuse the call. The agent gets the exception's message. */
    Class<? extends RuntimeException>[] refusals() default {};
}
