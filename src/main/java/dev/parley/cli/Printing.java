package dev.parley.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** For people, or for scripts. */
final class Printing {

    @Option(names = "--json", description = "As JSON, an object a line.")
    boolean json;

    void print(CommandSpec spec, ObjectNode object, String sentence) {
        spec.commandLine().getOut().println(json ? object.toString() : sentence);
    }
}
