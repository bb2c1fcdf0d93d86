package io.spinexr.app.answer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** An answer that is written piece by piece, so that its pace is known between them. */
final class PacedAnswer extends HttpServletResponseWrapper {
  private final Pace pace = new Pace();
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;

  PacedAnswer(HttpServletResponse response) {
    super(response);
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream known = stream;
    if (known == null) {
      known = new Bytes(pace, super.getOutputStream());
      stream = known;
    }
    return known;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter known = writer;
    if (known == null) {
      known = new PrintWriter(new Characters(pace, super.getWriter()));
      writer = known;
    }
    return known;
  }

  private static final class Bytes extends ServletOutputStream {
    private final Pace pace;
    private final ServletOutputStream out;

    Bytes(Pace pace, ServletOutputStream out) {
      this.pace = pace;
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      pace.keep(() -> out.write(one), 1);
    }

    @Override
    public void write(byte[] all, int from, int length) throws IOException {
      pace.keep(from, length, (start, count) -> out.write(all, start, count));
    }

    @Override
    public void flush() throws IOException {
      pace.keep(out::flush, 0);
    }

    @Override
    public void close() throws IOException {
      pace.keep(out::close, 0);
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }

  private static final class Characters extends Writer {
    private final Pace pace;
    private final PrintWriter out;

    Characters(Pace pace, PrintWriter out) {
      this.pace = pace;
      this.out = out;
    }

    @Override
    public void write(char[] all, int from, int length) throws IOException {
      pace.keep(from, length, (start, count) -> out.write(all, start, count));
    }

    @Override
    public void flush() throws IOException {
      pace.keep(out::flush, 0);
    }

    @Override
    public void close() throws IOException {
      pace.keep(out::close, 0);
    }
  }
}
