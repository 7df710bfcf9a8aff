package dev.parley.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;

/** Writes problems for requests that never reached a resource. */
@Singleton
class ProblemJson {

    private final ObjectMapper mapper;

    ProblemJson(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    String write(Problem problem) {
        try {
            return mapper.writeValueAsString(problem);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A problem is always JSON", impossible);
        }
    }
}
