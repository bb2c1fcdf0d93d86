import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without their compression, because xz makes less of all of them together; native
 * libraries become files, which the system loads where they are.
 */
final class Unzipped {
  private Unzipped() {}

  /** Takes a folder of jars, a folder for them, and one for native libraries. */
  public static void main(String[] folders) throws IOException {
    Path target = Files.createDirectories(Path.of(folders[1]));
    try (Stream<Path> jars = Files.list(Path.of(folders[0]))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        copy(jar, target.resolve(jar.getFileName()), Path.of(folders[2]));
      }
    }
  }

  private static void copy(Path from, Path to, Path natives) throws IOException {
    try (ZipFile jar = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream copy = new ZipOutputStream(file)) {
      for (ZipEntry entry : jar.stream().toList()) {
        try (InputStream content = jar.getInputStream(entry)) {
          if (entry.getName().matches(".*\\.so(\\.\\d+)*")) {
            Path library = natives.resolve(entry.getName()).normalize();
            if (!library.startsWith(natives)) {
              throw new IOException(from + " has an entry outside of it: " + entry.getName());
            }
            Files.createDirectories(library.getParent());
            Files.copy(content, library);
          } else {
            store(entry, content.readAllBytes(), copy);
          }
        }
      }
    }
  }

  private static void store(ZipEntry entry, byte[] content, ZipOutputStream copy)
      throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry stored = new ZipEntry(entry.getName());
    stored.setTimeLocal(entry.getTimeLocal());
    stored.setMethod(ZipEntry.STORED);
    stored.setSize(content.length);
    stored.setCrc(sum.getValue());
    copy.putNextEntry(stored);
    copy.write(content);
    copy.closeEntry();
  }
}
