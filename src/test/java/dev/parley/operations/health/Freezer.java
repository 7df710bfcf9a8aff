package dev.parley.operations.health;

import io.netty.util.concurrent.EventExecutor;
import io.quarkus.scheduler.Scheduler;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Makes one thing of the process stand still. It exists in tests only. */
@Path("/test/freeze")
@PermitAll
public class Freezer {

    private static final int MORE_THAN_THERE_ARE = 64;

    private static final List<Runnable> TO_THAW = new ArrayList<>();

    @Inject Vertx vertx;
    @Inject Scheduler scheduler;

    @POST
    @Path("{what}")
    @NonBlocking
    @Operation(hidden = true)
    public void freeze(@PathParam("what") String what) {
        CountDownLatch thawed = new CountDownLatch(1);
        toThaw(thawed::countDown);
        switch (what) {
            case "worker-pool" -> {
                for (int i = 0; i < MORE_THAN_THERE_ARE; i++) {
                    Infrastructure.getDefaultExecutor().execute(() -> await(thawed));
                }
            }
            case "virtual-threads" -> {
                for (int i = 0; i < MORE_THAN_THERE_ARE; i++) {
                    Thread.ofVirtual().start(() -> spin(thawed));
                }
            }
            case "scheduler" -> {
                scheduler.pause();
                toThaw(scheduler::resume);
            }
            case "event-loops-of-the-api" -> {
                // Clients and servers of the API are given the next event loop each
                for (int i = 0; i < MORE_THAN_THERE_ARE; i++) {
                    ((VertxInternal) vertx).getEventLoopGroup().next().execute(() -> await(thawed));
                }
            }
            default -> eventLoop(what).execute(() -> await(thawed));
        }
    }

    public static synchronized void thaw() {
        TO_THAW.forEach(Runnable::run);
        TO_THAW.clear();
    }

    private static synchronized void toThaw(Runnable thawing) {
        TO_THAW.add(thawing);
    }

    /** The loop of that number: event-loop-0 and so on. */
    private EventExecutor eventLoop(String what) {
        int number = Integer.parseInt(what.replace("event-loop-", ""));
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            if (number == 0) {
                return loop;
            }
            number--;
        }
        throw new NotFoundException();
    }

    private static void await(CountDownLatch thawed) {
        try {
            thawed.await();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps its carrier, as native code or a busy loop does. */
    private static void spin(CountDownLatch thawed) {
        while (thawed.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
