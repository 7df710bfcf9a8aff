package dev.parley.cli;

import dev.parley.cli.local.TrialDatabase;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** Serves until it is told to stop. */
@Command(name = "serve", description = "Serves. This is what happens without a command.")
final class ServeCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        TrialDatabase.startWhereNoneIsConfigured();
        Quarkus.run();
        return ExitCode.OK;
    }
}
