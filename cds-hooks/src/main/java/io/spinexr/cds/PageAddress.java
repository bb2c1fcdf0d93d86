package io.spinexr.cds;

/**
 * Where the web pages are, below our base URL. Links on cards lead there, so an address must last
 * as long as charts do.
 */
public final class PageAddress {
  /** A study's findings, completed by its StudyInstanceUID. */
  public static final String STUDIES = "/studies/";

  /** The state of an order, completed by its key. */
  public static final String ORDERS = "/orders/";

  /** The results of a patient, completed by the chart. */
  public static final String PATIENTS = "/patients/";

  private PageAddress() {}
}
