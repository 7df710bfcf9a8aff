package dev.parley.cli.local;

import dev.parley.cli.terminal.CommandFailed;

/** The work of a local command, done once with the application's services. */
@FunctionalInterface
interface LocalCommand {

    /**
     * @return the process's exit code
     * @throws CommandFailed if the command cannot be executed
     */
    int run(CommandServices services) throws Exception;
}
