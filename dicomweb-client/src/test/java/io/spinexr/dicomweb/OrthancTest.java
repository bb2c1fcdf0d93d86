package io.spinexr.dicomweb;

import static io.spinexr.dicomweb.SampleImages.id;
import static io.spinexr.dicomweb.SampleImages.image;
import static io.spinexr.dicomweb.SampleImages.newUid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.image.DecodedRadiograph;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.dicomweb.SampleImages.Compression;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract with Orthanc, and what Orthanc can do beyond it. */
class OrthancTest extends ArchiveContract {
  @RegisterExtension static final OrthancServer ORTHANC = new OrthancServer();

  @Override
  URI baseUrl() {
    return ORTHANC.baseUrl();
  }

  @ParameterizedTest
  @EnumSource(names = {"JPEG_LOSSLESS", "JPEG_LS", "RLE"})
  void hasInstancesAndFramesDecompressed(Compression compression) throws IOException {
    DicomFile raw = image(newUid(), "transcode");
    client().store(List.of(compression.apply(raw, folder)));

    DicomFile back = client().retrieveInstanceTranscoded(id(raw));
    assertThat(back.transferSyntaxUid()).isEqualTo(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    assertThat(back.dataSet().bytes(Tag.PixelData)).isEqualTo(raw.dataSet().bytes(Tag.PixelData));

    assertThat(client().retrieveFrame(id(raw), 1))
        .isEqualTo(raw.dataSet().bytes(Tag.PixelData).orElseThrow());
  }

  @ParameterizedTest
  @EnumSource
  void makesTheSameGrayscaleImageOfEveryCompression(Compression compression) throws IOException {
    DicomFile raw = image(newUid(), "decode");
    client().store(List.of(compression.apply(raw, folder)));

    DecodedRadiograph decoded = new RadiographDecoder().decode(client().retrieveInstance(id(raw)));
    assertThat(decoded.image().pixels())
        .isEqualTo(new RadiographDecoder().decode(raw).image().pixels());
  }

  /** Debian's Orthanc has no JPEG 2000 decoder; such images are decoded here. */
  @Test
  void cannotHaveJpeg2000Decompressed() throws IOException {
    DicomFile raw = image(newUid(), "jpeg 2000");
    client().store(List.of(Compression.JPEG_2000.apply(raw, folder)));
    DicomWebException e =
        catchThrowableOfType(
            DicomWebException.class, () -> client().retrieveInstanceTranscoded(id(raw)));
    assertThat(e.kind()).isEqualTo(Kind.REJECTED);
    assertThat(e).hasMessageContaining("does not decompress");
  }

  @Test
  void refusesAFrameThatTheImageDoesNotHave() {
    DicomFile raw = image(newUid(), "frame");
    client().store(List.of(raw));
    DicomWebException e =
        catchThrowableOfType(DicomWebException.class, () -> client().retrieveFrame(id(raw), 2));
    assertThat(e.kind()).isEqualTo(Kind.REJECTED);
  }
}
