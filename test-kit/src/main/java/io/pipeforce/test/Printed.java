package io.pipeforce.test;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Listens in on standard output, which still shows everything. */
final class Printed implements AutoCloseable {
  private final PrintStream terminal;
  private final Charset charset;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Printed(PrintStream terminal) {
    this.terminal = terminal;
    this.charset = terminal.charset();
  }

  static Printed begin() {
    Printed printed = new Printed(System.out);
    System.setOut(new PrintStream(printed.new Tee(), true, printed.charset));
    return printed;
  }

  String text() {
    return bytes.toString(charset);
  }

  @Override
  public void close() {
    System.setOut(terminal);
  }

  private final class Tee extends OutputStream {
    @Override
    public void write(int b) {
      bytes.write(b);
      terminal.write(b);
    }

    @Override
    public void write(byte[] b, int offset, int length) {
      bytes.write(b, offset, length);
      terminal.write(b, offset, length);
    }

    @Override
    public void flush() {
      terminal.flush();
    }
  }
}
