package dev.parley.turn.web.ws;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.logging.Log;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/**
 * Closes a WebSocket with the code that fits (RFC 6455, section 7.4.1) if Netty refuses a frame:
 * 1009 for a frame that is too large, 1002 for a frame that breaks the protocol. Vert.x would close
 * the connection without a code.
 */
final class FrameViolationHandler extends ChannelInboundHandlerAdapter {

    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    /** Adds the handler to a connection that becomes a WebSocket. */
    static void addTo(HttpConnection connection) {
        ChannelHandlerContext vertx = ((ConnectionBase) connection).channelHandlerContext();
        vertx.pipeline().addBefore(vertx.name(), null, new FrameViolationHandler());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!(failure instanceof CorruptedWebSocketFrameException refused)) {
            context.fireExceptionCaught(failure);
            return;
        }
        Log.debugf("Closing a WebSocket because of a frame: %s", refused.getMessage());
        // A connection that is closed with unread bytes is reset, and the client never reads the
        // code. So the rest of the frame is received and dropped
        context.pipeline().addFirst(new Discard());
        var _ = context.writeAndFlush(new CloseWebSocketFrame(refused.closeStatus()));
        var _ =
                context.executor()
                        .schedule(() -> closeNow(context), CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static void closeNow(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private static final class Discard extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
