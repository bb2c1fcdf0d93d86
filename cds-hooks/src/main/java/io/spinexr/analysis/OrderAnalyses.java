package io.spinexr.analysis;

import io.spinexr.order.ImagingOrder;
import java.time.Duration;

/** Where an imaging order meets the analyses of its patient's radiographs. */
public interface OrderAnalyses {
  /**
   * Remembers the order durably, sees to it that the patient's spine radiographs are analysed, and
   * tells what is known by the end of the time budget. Returns early when all of it is known.
   *
   * @param budget how long the caller can wait
   */
  OrderAnswer answer(ImagingOrder order, Duration budget);
}
