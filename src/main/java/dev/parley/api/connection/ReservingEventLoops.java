package dev.parley.api.connection;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Event loops, one of which is kept for the management server: a probe must not wait behind the
 * clients of the API.
 */
final class ReservingEventLoops extends NioEventLoopGroup {

    private volatile @Nullable EventLoop reserved;

    ReservingEventLoops(int count, ThreadFactory threads) {
        super(count, threads);
    }

    /** From now on, nothing new is given to the event loop. */
    void reserve(EventLoop loop) {
        reserved = loop;
    }

    @Override
    public EventLoop next() {
        EventLoop loop = super.next();
        while (loop.equals(reserved)) {
            loop = super.next();
        }
        return loop;
    }
}
