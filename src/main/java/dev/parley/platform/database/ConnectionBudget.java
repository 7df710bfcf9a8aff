package dev.parley.platform.database;

import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Adds up how many connections of the pool may be in use at once by those parts of Parley that
 * limit themselves, and warns if that leaves none for other requests.
 */
@Singleton
public class ConnectionBudget {

    private final int poolSize;
    private final Map<String, Integer> claims = new TreeMap<>();

    ConnectionBudget(@ConfigProperty(name = "quarkus.datasource.jdbc.max-size") int poolSize) {
        this.poolSize = poolSize;
    }

    /**
     * Claims connections for a purpose.
     *
     * @param purpose a plural, as in "turns"
     */
    public synchronized void claim(String purpose, int connections) {
        claims.put(purpose, connections);
        int claimed = total();
        if (claimed >= poolSize) {
            Log.warnf(
                    "The pool has %d connections, and %d may be in use at once %s: other requests"
                            + " will wait for a connection. Set quarkus.datasource.jdbc.max-size to"
                            + " %d or more",
                    poolSize, claimed, claims, claimed + 1);
        }
    }

    /** The number of connections that are claimed. */
    public synchronized int total() {
        return claims.values().stream().mapToInt(Integer::intValue).sum();
    }
}
