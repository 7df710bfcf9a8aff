package dev.parley.cli;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** Serves until it is told to stop. */
@Command(name = "serve", description = "Serves. This is what happens without a command.")
final class Serve implements Callable<Integer> {

    @Override
    public Integer call() {
        TrialDatabase.startWhereNoneIsConfigured();
        Quarkus.run();
        return ExitCode.OK;
    }
}
