package dev.parley.api.problem;

import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.List;
import java.util.stream.Collectors;

/** A request that is rejected because of the value of a field or parameter. */
public final class InvalidRequest extends ParleyException {

    private final List<FieldError> errors;

    public InvalidRequest(String field, String message) {
        this(ProblemCode.INVALID_REQUEST, List.of(new FieldError(field, message)));
    }

    InvalidRequest(ProblemCode code, List<FieldError> errors) {
        super(
                code,
                errors.stream()
                        .map(error -> error.field() + " " + error.message())
                        .collect(Collectors.joining("; ", "", ".")));
        this.errors = List.copyOf(errors);
    }

    @Override
    public List<FieldError> errors() {
        return errors;
    }
}
