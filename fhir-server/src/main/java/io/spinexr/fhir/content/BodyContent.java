package io.spinexr.fhir.content;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;

/**
 * Reads every body once before HAPI does, and refuses what HAPI, the database or a reader of the
 * answer would stumble over.
 */
@Interceptor
public final class BodyContent {
  private static final String SEARCH = "_search";

  /** What is sent without a body has nothing to be read. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void check(RequestDetails request, HttpServletRequest http) {
    RequestTypeEnum method = request.getRequestType();
    if (method != RequestTypeEnum.POST
        && method != RequestTypeEnum.PUT
        && method != RequestTypeEnum.PATCH) {
      return;
    }
    Optional<BodyType> type = BodyType.of(Collections.list(http.getHeaders("Content-Type")));
    byte[] body = request.loadRequestContents();
    if (type.isEmpty()) {
      if (body.length > 0) {
        throw BodyType.unsupported();
      }
      return;
    }
    check(type.get(), method, request.getRequestPath(), body);
  }

  private static void check(BodyType type, RequestTypeEnum method, String path, byte[] body) {
    boolean served =
        switch (type) {
          case JSON, XML -> true;
          case JSON_PATCH, XML_PATCH -> method == RequestTypeEnum.PATCH;
          case FORM ->
              method == RequestTypeEnum.POST
                  && (path.equals(SEARCH) || path.endsWith("/" + SEARCH));
        };
    if (!served) {
      throw BodyType.unsupported();
    }
    if (body.length == 0) {
      return;
    }
    switch (type) {
      case JSON -> JsonContent.check(body);
      case XML -> XmlContent.check(body);
      case JSON_PATCH -> PatchContent.checkJson(body);
      case XML_PATCH -> PatchContent.checkXml(body);
      case FORM -> {
        // Its parameters are looked at like those of an address.
      }
    }
  }
}
