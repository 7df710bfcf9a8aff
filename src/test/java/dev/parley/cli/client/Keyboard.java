package dev.parley.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A terminal's input, which threads read one after the other. */
final class Keyboard extends InputStream {

    private final BlockingQueue<byte[]> typed = new LinkedBlockingQueue<>();
    private byte[] line = {};
    private int position;

    void type(String text) {
        typed.add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An empty line without its end is the end of the input. */
    void pressCtrlD() {
        typed.add(new byte[0]);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("Readers read into a buffer");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            if (position == line.length) {
                line = typed.take();
                position = 0;
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IOException(interruption);
        }
        int count = Math.min(length, line.length - position);
        System.arraycopy(line, position, buffer, offset, count);
        position += count;
        return count == 0 ? -1 : count;
    }
}
