package dev.parley.cli.terminal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Output for people or for scripts. */
public final class OutputOptions {

    @Option(names = "--json", description = "Prints JSON, one object per line.")
    public boolean json;

    public void print(CommandSpec spec, ObjectNode object, String sentence) {
        spec.commandLine().getOut().println(json ? object.toString() : sentence);
    }
}
