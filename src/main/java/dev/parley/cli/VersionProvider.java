package dev.parley.cli;

import dev.parley.cli.terminal.JsonOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the version. */
@Command(name = "version", description = "Prints the version, the Java version and the system.")
final class VersionProvider implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Option(names = "--json", description = "Prints JSON.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        String kind = isNative() ? "native" : "JVM";
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    JsonOutput.object()
                            .put("version", version())
                            .put("kind", kind)
                            .put("java", Runtime.version().toString())
                            .put("system", system()));
        } else {
            out.printf(
                    "parley %s (%s, Java %s, %s)%n", version(), kind, Runtime.version(), system());
        }
        return ExitCode.OK;
    }

    /** The version that the build wrote into {@code parley.properties}. */
    static String version() throws IOException {
        try (InputStream input = VersionProvider.class.getResourceAsStream("/parley.properties")) {
            if (input == null) {
                return "unknown";
            }
            Properties build = new Properties();
            build.load(input);
            return build.getProperty("version", "unknown");
        }
    }

    private static boolean isNative() {
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
