package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpineRadiographyTest {
  private final SpineRadiography spine =
      new SpineRadiography(TestProperties.with(Map.of()).spineOrders());

  private static ServiceRequest order(CodeableConcept code) {
    return new ServiceRequest().setCode(code);
  }

  @ParameterizedTest
  @CsvSource({
    "http://loinc.org, 24972-2, true",
    "http://loinc.org, 24946-6, true",
    "http://loinc.org, 30746-2, false",
    "http://www.ama-assn.org/go/cpt, 72100, true",
    "http://www.ama-assn.org/go/cpt, 72148, false",
    "http://example.org/local, 72100, false",
  })
  void knowsCodesTogetherWithTheirSystem(String system, String code, boolean expected) {
    assertThat(
            spine.isOrderedBy(
                order(new CodeableConcept().addCoding(new Coding(system, code, null)))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "XR Lumbar spine Views, true",
    "XR SPINE LUMBOSACRAL 2-3 VIEWS, true",
    "X-ray cervical AP and lateral, true",
    "Xray C-Spine, true",
    "X ray lumbar spine, true",
    "XR LSPINE 2V, true",
    "X-RAY CSPINE, true",
    "XR thoracolumbar junction, true",
    "DX Lumbar spine, true",
    "'Radiologic examination, spine, thoracic; 2 views', true",
    "Plain film of sacrum and coccyx, true",
    "Scoliosis radiograph, true",
    "MRI lumbar spine without contrast, false",
    "MR or X-ray lumbar spine, false",
    "CT lumbar spine, false",
    "XR Chest PA, false",
    "XR Knee, false",
    "Lumbar puncture under X-ray fluoroscopy, false",
    "DXA lumbar spine (dual X-ray absorptiometry), false",
    "Spine clinic referral, false",
    "Physiotherapy lumbar spine, false",
  })
  void fallsBackToTextAndDisplay(String text, boolean expected) {
    assertThat(spine.isOrderedBy(order(new CodeableConcept().setText(text)))).isEqualTo(expected);
    assertThat(
            spine.isOrderedBy(
                order(new CodeableConcept().addCoding(new Coding("urn:local", "1", text)))))
        .isEqualTo(expected);
  }

  @Test
  void takesSiteCodes() {
    SpineRadiography site =
        new SpineRadiography(
            TestProperties.with(Map.of("spine-orders.codes", "urn:oid:1.2.3|LWS2")).spineOrders());

    assertThat(
            site.isOrderedBy(
                order(new CodeableConcept().addCoding(new Coding("urn:oid:1.2.3", "LWS2", null)))))
        .isTrue();
  }

  @Test
  void leavesRevokedAndForbiddenOrdersAlone() {
    CodeableConcept code = new CodeableConcept().setText("XR spine");

    assertThat(spine.isOrderedBy(order(code))).isTrue();
    assertThat(spine.isOrderedBy(order(code).setDoNotPerform(true))).isFalse();
    assertThat(spine.isOrderedBy(order(code).setStatus(ServiceRequestStatus.REVOKED))).isFalse();
    assertThat(spine.isOrderedBy(order(code).setStatus(ServiceRequestStatus.ENTEREDINERROR)))
        .isFalse();
  }
}
