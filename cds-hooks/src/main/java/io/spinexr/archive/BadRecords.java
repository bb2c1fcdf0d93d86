package io.spinexr.archive;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.dicom.DicomException;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What archives say of studies that cannot be: one bad record must not hide the others. */
final class BadRecords {
  private static final Logger LOG = LoggerFactory.getLogger(BadRecords.class);

  private final MeterRegistry meters;

  BadRecords(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Reads what is said of a study, or skips it. */
  void skipping(Runnable reading) {
    try {
      reading.run();
    } catch (DicomException e) {
      skipped(e.getMessage());
    } catch (IllegalArgumentException | NoSuchElementException e) {
      skipped("a UID is missing or is none"); // the message would quote it
    }
  }

  private void skipped(String reason) {
    meters.counter("spinexr.archive.bad.records").increment();
    LOG.warn("a study is skipped: the archive's record of it is bad: {}", reason);
  }
}
