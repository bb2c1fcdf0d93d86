package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Refuses a write that HAPI would read only in part: what is left out silently is lost to whoever
 * wrote it.
 */
@Interceptor
public final class StrictParsing {
  private static final Set<RestOperationTypeEnum> WRITES =
      EnumSet.of(
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.UPDATE,
          RestOperationTypeEnum.TRANSACTION,
          RestOperationTypeEnum.BATCH);

  /** Reads the body once more: HAPI's parser is the store's, too, which must read all that is. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void parse(RequestDetails request) {
    EncodingEnum encoding = RestfulServerUtils.determineRequestEncodingNoDefault(request);
    if (encoding == null || !WRITES.contains(request.getRestOperationType())) {
      return;
    }
    IParser parser = encoding.newParser(request.getFhirContext());
    parser.setParserErrorHandler(new StrictErrorHandler());
    parser.parseResource(new String(request.loadRequestContents(), StandardCharsets.UTF_8));
  }
}
