package dev.parley.cli.local;

import dev.parley.cli.terminal.CommandFailed;

/** Something that a command does once, with the application's services. */
@FunctionalInterface
interface LocalCommand {

    /**
     * @return the process's exit code
     * @throws CommandFailed where it cannot be done
     */
    int run(CommandServices desk) throws Exception;
}
