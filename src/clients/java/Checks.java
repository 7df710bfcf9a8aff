import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.openapitools.client.model.Problem;

/** What scenario and client compare with. */
abstract class Checks {

    static void equal(Object expected, Object actual) {
        isTrue(Objects.equals(expected, actual), "expected " + expected + ", got " + actual);
    }

    static void isTrue(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Returns the model; fails if the model lacks a field that the document requires. */
    static <T> T complete(T model) throws ReflectiveOperationException {
        for (Method getter : model.getClass().getMethods()) {
            JsonProperty property = getter.getAnnotation(JsonProperty.class);
            if (property != null && getter.getParameterCount() == 0) {
                Object value = getter.invoke(model);
                isTrue(
                        value != null || !property.required(),
                        "no " + property.value() + " in " + model);
                for (Object part : value instanceof Collection<?> parts ? parts : List.of()) {
                    completeModel(part);
                }
                completeModel(value);
            }
        }
        return model;
    }

    private static void completeModel(Object value) throws ReflectiveOperationException {
        if (value != null && value.getClass().getPackage() == Problem.class.getPackage()) {
            complete(value);
        }
    }
}
