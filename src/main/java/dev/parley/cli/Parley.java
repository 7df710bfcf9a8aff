package dev.parley.cli;

import dev.parley.cli.client.ApprovalsCommand;
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
 * The entry point of the process. Each command starts what it needs: if Quarkus started first, it
 * would boot before the command line is parsed, and most commands do not need it.
 */
@QuarkusMain
@Command(
        name = "parley",
        description =
                "The durable back end of an agent chat. Without a command, starts the server.",
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            ApprovalsCommand.class,
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

            Without any configuration, Parley stores its data in an embedded PostgreSQL under
            ~/.parley and replies with the offline assistant. The most common settings, as
            environment variables or, in lower case and with dots, with -D:

              QUARKUS_DATASOURCE_JDBC_URL   your PostgreSQL
              QUARKUS_DATASOURCE_USERNAME   the database user
              QUARKUS_DATASOURCE_PASSWORD   the password of the database user
              PARLEY_MODEL_BASE_URL         an OpenAI-compatible endpoint, including /v1
              PARLEY_MODEL_API_KEY          the key of the endpoint
              PARLEY_MODEL_NAME             the name of the model
              QUARKUS_HTTP_PORT             the port to listen on; the default is 8080
              PARLEY_HOME                   the folder of the embedded database

            For example: -Dparley.model.name=small. docs/configuration.md lists all settings.
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
            description = "Shows this help.")
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
        commands.setParameterExceptionHandler(Parley::reportInvalidArguments);
        commands.setExecutionExceptionHandler(
                (failure, command, parsed) -> reportFailure(failure, command.getErr()));
        return commands;
    }

    /** Prints what is wrong with the arguments, not the whole help. */
    private static int reportInvalidArguments(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.printf("parley: %s%n", failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.printf("Run %s --help for the commands and options.%n", name);
        return ExitCode.USAGE;
    }

    private static int reportFailure(Exception failure, PrintWriter err) {
        if (failure instanceof CommandFailed commandFailed) {
            err.printf("parley: %s%n", commandFailed.detail());
            return ExitCode.SOFTWARE;
        }
        err.printf("parley: %s%n", FailureReason.of(failure));
        return ExitCode.SOFTWARE;
    }
}
