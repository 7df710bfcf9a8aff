package dev.parley.cli;

import dev.parley.cli.client.ChatCommand;
import dev.parley.cli.client.ProbeCommand;
import dev.parley.cli.local.CheckCommand;
import dev.parley.cli.local.EraseCommand;
import dev.parley.cli.local.MigrateCommand;
import dev.parley.cli.local.QuotaCommand;
import dev.parley.cli.local.UserCommand;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.FailureReason;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Where the process starts. What a command needs is started by that command: the framework boots
 * before a library for commands could read a word, and most of them need none of it.
 */
@QuarkusMain
@Command(
        name = "parley",
        description = "The durable back end of an agent chat. Without a command it serves.",
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            CheckCommand.class,
            ProbeCommand.class,
            MigrateCommand.class,
            UserCommand.class,
            QuotaCommand.class,
            EraseCommand.class,
            VersionProvider.class,
            CompletionCommand.class
        },
        synopsisSubcommandLabel = "[COMMAND]",
        usageHelpAutoWidth = true,
        footerHeading = Parley.SETTINGS)
public final class Parley implements Callable<Integer> {

    static final String SETTINGS =
            """

            Without any configuration it keeps its data in an embedded PostgreSQL under
            ~/.parley and answers with the offline assistant. What is most often set, as
            environment or, in lower case and with dots, with -D:

              QUARKUS_DATASOURCE_JDBC_URL   a PostgreSQL of your own
              QUARKUS_DATASOURCE_USERNAME   its user
              QUARKUS_DATASOURCE_PASSWORD   and password
              PARLEY_MODEL_BASE_URL         an OpenAI-compatible endpoint, with its /v1
              PARLEY_MODEL_API_KEY          its key
              PARLEY_MODEL_NAME             the model's name
              QUARKUS_HTTP_PORT             where to listen, 8080
              PARLEY_HOME                   where the embedded database is kept

            -Dparley.model.name=small, for example. All settings stand in docs/configuration.md.
            """;

    @Option(
            names = "-D",
            scope = ScopeType.INHERIT,
            mapFallbackValue = "",
            paramLabel = "key=value",
            description = "A setting, as in application.properties.")
    void set(Map<String, String> settings) {
        settings.forEach(System::setProperty);
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Tells what there is.")
    boolean help;

    @Override
    public Integer call() {
        return new ServeCommand().call();
    }

    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Parley());
        commands.setParameterExceptionHandler(Parley::misunderstood);
        commands.setExecutionExceptionHandler(
                (failure, command, parsed) -> failed(failure, command.getErr()));
        return commands;
    }

    /** After a typing error, one line says what was wrong, not two pages what would be right. */
    private static int misunderstood(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter complaints = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        complaints.printf("parley: %s%n", mistake.getMessage());
        UnmatchedArgumentException.printSuggestions(mistake, complaints);
        complaints.printf("%s --help tells what there is.%n", name);
        return ExitCode.USAGE;
    }

    private static int failed(Exception failure, PrintWriter complaints) {
        if (failure instanceof CommandFailed refused) {
            complaints.printf("parley: %s%n", refused.detail());
            return ExitCode.SOFTWARE;
        }
        complaints.printf("parley: %s%n", FailureReason.of(failure));
        return ExitCode.SOFTWARE;
    }
}
