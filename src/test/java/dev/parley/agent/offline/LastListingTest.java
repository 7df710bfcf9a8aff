package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentRequest.ChatMessage;
import dev.parley.agent.AgentRequest.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a number means that somebody says. */
class LastListingTest {

    private static final ChatMessage OLD =
            new ChatMessage(Role.ASSISTANT, "You have:\n1. milk — urgent\n2. bread — open");

    @Test
    void knowsNoNumberWhereNoListWasShown() {
        assertThat(new LastListing(List.of()).titleAt("1")).isEmpty();
        assertThat(
                        new LastListing(List.of(new ChatMessage(Role.ASSISTANT, "1. milk")))
                                .titleAt("1"))
                .isEmpty();
    }

    @Test
    void knowsNumbersOfListThatWasShown() {
        LastListing list = new LastListing(List.of(OLD));

        assertThat(list.titleAt("1")).contains("milk");
        assertThat(list.titleAt("2")).contains("bread");
        assertThat(list.titleAt("3")).isEmpty();
        assertThat(list.titleAt("12")).isEmpty();
    }

    @Test
    void knowsNumbersOfLastListOnly() {
        LastListing list =
                new LastListing(
                        List.of(
                                OLD,
                                new ChatMessage(Role.ASSISTANT, "1. bread — open"),
                                new ChatMessage(Role.ASSISTANT, "\"x\" is deleted.")));

        assertThat(list.titleAt("1")).contains("bread");
        assertThat(list.titleAt("2")).isEmpty();
    }

    @Test
    void takesNoListThatPersonWrote() {
        LastListing list =
                new LastListing(List.of(OLD, new ChatMessage(Role.USER, "1. bread — open")));

        assertThat(list.titleAt("1")).contains("milk");
    }
}
