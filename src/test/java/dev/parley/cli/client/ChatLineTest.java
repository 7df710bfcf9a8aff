package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.client.ChatLine.EditQueued;
import dev.parley.cli.client.ChatLine.Enqueue;
import dev.parley.cli.client.ChatLine.ListQueue;
import dev.parley.cli.client.ChatLine.Message;
import dev.parley.cli.client.ChatLine.Mistyped;
import dev.parley.cli.client.ChatLine.RemoveQueued;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a typed line means: a command, a message, or neither. */
class ChatLineTest {

    @Test
    void lineWithoutSlashIsMessage() {
        assertThat(ChatLine.of(" what is 1/2? ")).isEqualTo(new Message("what is 1/2?"));
        assertThat(ChatLine.of("help")).isEqualTo(new Message("help"));
        assertThat(ChatLine.of(" \t")).isEqualTo(new ChatLine.Blank());
    }

    @Test
    void messageBeginsWithSlashBehindAnotherOneOrBehindSpace() {
        assertThat(ChatLine.of("//etc/hosts is missing"))
                .isEqualTo(new Message("/etc/hosts is missing"));
        assertThat(ChatLine.of(" /help")).isEqualTo(new Message("/help"));
        assertThat(ChatLine.of("///")).isEqualTo(new Message("//"));
    }

    @Test
    void commandIsUnderstoodInEachCase() {
        assertThat(ChatLine.of("/new ")).isEqualTo(new ChatLine.StartConversation());
        assertThat(ChatLine.of("/Help")).isEqualTo(new ChatLine.ShowHelp());
        assertThat(ChatLine.of("/usage")).isEqualTo(new ChatLine.ShowUsage());
        assertThat(ChatLine.of("/quit")).isEqualTo(new ChatLine.Quit());
    }

    @ParameterizedTest
    @CsvSource({
        "/hlep, Did you mean /help?",
        "/usages, Did you mean /usage?",
        "/queu call mum, Did you mean /queue?",
        "/etc/passwd is what?, /help lists the commands.",
        "/, /help lists the commands."
    })
    void mistypedCommandNamesTheClosest(String line, String suggestion) {
        assertThat(ChatLine.of(line))
                .isInstanceOfSatisfying(
                        Mistyped.class,
                        mistyped ->
                                assertThat(mistyped.sentence())
                                        .contains(suggestion, "nothing was sent"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/new york",
                "/quit now",
                "/usage all",
                "/queue remove",
                "/queue remove 1 2",
                "/queue remvoe 1",
                "/queue rm 2",
                "/queue --",
                "/queue remove milk",
                "/queue remove -1",
                "/queue remove 99999",
                "/queue edit",
                "/queue edit 1",
                "/queue edit milk tea"
            })
    void commandWithOtherWordsIsNoMessage(String line) {
        assertThat(ChatLine.of(line)).isInstanceOf(Mistyped.class);
    }

    @Test
    void queueHasItsOwnCommands() {
        assertThat(ChatLine.of("/queue")).isEqualTo(new ListQueue());
        assertThat(ChatLine.of("/queue  call mum ")).isEqualTo(new Enqueue("call mum"));
        assertThat(ChatLine.of("/queue remove 2")).isEqualTo(new RemoveQueued(2));
        assertThat(ChatLine.of("/queue Remove 2")).isEqualTo(new RemoveQueued(2));
        assertThat(ChatLine.of("/queue edit 2 call dad")).isEqualTo(new EditQueued(2, "call dad"));
        assertThat(ChatLine.of("/queue removed things?")).isEqualTo(new Enqueue("removed things?"));
        assertThat(ChatLine.of("/queue -- remove 2")).isEqualTo(new Enqueue("remove 2"));
    }
}
