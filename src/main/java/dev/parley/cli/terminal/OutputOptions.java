package dev.parley.cli.terminal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** For people, or for scripts. */
public final class OutputOptions {

    @Option(names = "--json", description = "As JSON, an object a line.")
    public boolean json;

    public void print(CommandSpec spec, ObjectNode object, String sentence) {
        spec.commandLine().getOut().println(json ? object.toString() : sentence);
    }
}
