package dev.parley.cli;

/** Something that a command does once, with the application's services. */
@FunctionalInterface
interface Errand {

    /**
     * @return the process's exit code
     * @throws Refused where it cannot be done
     */
    int run(Desk desk) throws Exception;
}
