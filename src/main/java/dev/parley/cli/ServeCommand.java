package dev.parley.cli;

import dev.parley.cli.local.TrialDatabase;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** Runs the server until the process is stopped. */
@Command(name = "serve", description = "Starts the server. This is the default command.")
final class ServeCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        TrialDatabase.startWhereNoneIsConfigured();
        Quarkus.run();
        return ExitCode.OK;
    }
}
