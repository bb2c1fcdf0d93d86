package io.spinexr.fhir.content;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

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
          RestOperationTypeEnum.PATCH,
          RestOperationTypeEnum.TRANSACTION,
          RestOperationTypeEnum.BATCH);

  /** Reads the body once more: HAPI's parser is the store's, too, which must read all that is. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void parse(RequestDetails request) {
    EncodingEnum encoding = RestfulServerUtils.determineRequestEncodingNoDefault(request);
    RestOperationTypeEnum operation = request.getRestOperationType();
    byte[] body = request.loadRequestContents();
    if (encoding == null || body == null || body.length == 0 && !WRITES.contains(operation)) {
      return;
    }
    IParser parser = encoding.newParser(request.getFhirContext());
    // An operation such as $validate says itself what is wrong.
    parser.setParserErrorHandler(
        WRITES.contains(operation) ? new StrictErrorHandler() : new LenientErrorHandler(false));
    Resource resource = (Resource) parser.parseResource(new String(body, StandardCharsets.UTF_8));
    Decimals.require(resource);
    if (operation == RestOperationTypeEnum.PATCH) {
      PatchContent.check(resource);
    }
  }
}
