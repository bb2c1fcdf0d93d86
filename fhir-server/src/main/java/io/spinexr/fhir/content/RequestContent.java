package io.spinexr.fhir.content;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;

/** Bounds what a request asks for, in its address, its conditions and the entries of its Bundle. */
@Interceptor
public final class RequestContent {
  private final SearchContent search;
  private final Consumer<Set<String>> names;
  private final BundleContent bundles;

  /**
   * @param types that can be searched
   * @param names refuses what no entry of a Bundle may ask with
   * @param largestPage in resources
   * @param mostEntries of a Bundle
   */
  public RequestContent(
      ISearchParamRegistry searchParameters,
      List<String> types,
      Consumer<Set<String>> names,
      int largestPage,
      int mostEntries) {
    this.search = new SearchContent(searchParameters, types, largestPage);
    this.names = names;
    this.bundles = new BundleContent(mostEntries);
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void checkAddress(RequestDetails request) {
    search.check(request.getRequestPath());
    search.check(request.getParameters());
    String condition = request.getHeader("If-None-Exist");
    if (condition != null) {
      checkAddress(BundleContent.condition(condition));
    }
  }

  /** HAPI handles the entries of a Bundle itself: no other hook sees their addresses. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void checkBundle(RequestDetails request) {
    if (request.getResource() instanceof Bundle bundle) {
      bundles.check(bundle, this::checkAddress);
    }
  }

  private void checkAddress(String url) {
    search.check(url);
    int query = url.indexOf('?');
    if (query >= 0) {
      names.accept(UrlUtil.parseQueryString(url.substring(query + 1)).keySet());
    }
  }
}
