package io.spinexr.dicom;

import java.util.OptionalInt;

/**
 * The attribute tags that SpineXR uses, by their keyword of PS3.6. A tag is {@code group << 16 |
 * element}.
 */
public final class Tag {
  public static final int FileMetaInformationVersion = 0x00020001;
  public static final int MediaStorageSOPClassUID = 0x00020002;
  public static final int MediaStorageSOPInstanceUID = 0x00020003;
  public static final int TransferSyntaxUID = 0x00020010;
  public static final int ImplementationClassUID = 0x00020012;
  public static final int ImplementationVersionName = 0x00020013;
  public static final int SpecificCharacterSet = 0x00080005;
  public static final int ImageType = 0x00080008;
  public static final int SOPClassUID = 0x00080016;
  public static final int SOPInstanceUID = 0x00080018;
  public static final int StudyDate = 0x00080020;
  public static final int SeriesDate = 0x00080021;
  public static final int AcquisitionDate = 0x00080022;
  public static final int ContentDate = 0x00080023;
  public static final int AcquisitionDateTime = 0x0008002A;
  public static final int StudyTime = 0x00080030;
  public static final int SeriesTime = 0x00080031;
  public static final int AcquisitionTime = 0x00080032;
  public static final int ContentTime = 0x00080033;
  public static final int AccessionNumber = 0x00080050;
  public static final int Modality = 0x00080060;
  public static final int ModalitiesInStudy = 0x00080061;
  public static final int ConversionType = 0x00080064;
  public static final int PresentationIntentType = 0x00080068;
  public static final int Manufacturer = 0x00080070;
  public static final int InstitutionName = 0x00080080;
  public static final int ReferringPhysicianName = 0x00080090;
  public static final int CodeValue = 0x00080100;
  public static final int CodingSchemeDesignator = 0x00080102;
  public static final int CodeMeaning = 0x00080104;
  public static final int TimezoneOffsetFromUTC = 0x00080201;
  public static final int StudyDescription = 0x00081030;
  public static final int ProcedureCodeSequence = 0x00081032;
  public static final int SeriesDescription = 0x0008103E;
  public static final int ManufacturerModelName = 0x00081090;
  public static final int ReferencedSeriesSequence = 0x00081115;
  public static final int ReferencedSOPClassUID = 0x00081150;
  public static final int ReferencedSOPInstanceUID = 0x00081155;
  public static final int FailureReason = 0x00081197;
  public static final int FailedSOPSequence = 0x00081198;
  public static final int ReferencedSOPSequence = 0x00081199;
  public static final int OtherFailuresSequence = 0x0008119A;
  public static final int SourceImageSequence = 0x00082112;
  public static final int AnatomicRegionSequence = 0x00082218;
  public static final int IrradiationEventUID = 0x00083010;
  public static final int PatientName = 0x00100010;
  public static final int PatientID = 0x00100020;
  public static final int IssuerOfPatientID = 0x00100021;
  public static final int PatientBirthDate = 0x00100030;
  public static final int PatientSex = 0x00100040;
  public static final int PatientAge = 0x00101010;
  public static final int PatientSpeciesDescription = 0x00102201;
  public static final int PatientSpeciesCodeSequence = 0x00102202;
  public static final int PatientSexNeutered = 0x00102203;
  public static final int PatientBreedDescription = 0x00102292;
  public static final int ResponsiblePersonRole = 0x00102298;
  public static final int BodyPartExamined = 0x00180015;
  public static final int KVP = 0x00180060;
  public static final int ImagerPixelSpacing = 0x00181164;
  public static final int PositionerType = 0x00181508;
  public static final int ViewPosition = 0x00185101;
  public static final int DetectorType = 0x00187004;
  public static final int StudyInstanceUID = 0x0020000D;
  public static final int SeriesInstanceUID = 0x0020000E;
  public static final int StudyID = 0x00200010;
  public static final int SeriesNumber = 0x00200011;
  public static final int AcquisitionNumber = 0x00200012;
  public static final int InstanceNumber = 0x00200013;
  public static final int PatientOrientation = 0x00200020;
  public static final int ImageLaterality = 0x00200062;
  public static final int NumberOfStudyRelatedSeries = 0x00201206;
  public static final int NumberOfStudyRelatedInstances = 0x00201208;
  public static final int NumberOfSeriesRelatedInstances = 0x00201209;
  public static final int SamplesPerPixel = 0x00280002;
  public static final int PhotometricInterpretation = 0x00280004;
  public static final int NumberOfFrames = 0x00280008;
  public static final int Rows = 0x00280010;
  public static final int Columns = 0x00280011;
  public static final int BitsAllocated = 0x00280100;
  public static final int BitsStored = 0x00280101;
  public static final int HighBit = 0x00280102;
  public static final int PixelRepresentation = 0x00280103;
  public static final int PixelPaddingValue = 0x00280120;
  public static final int PixelPaddingRangeLimit = 0x00280121;
  public static final int BurnedInAnnotation = 0x00280301;
  public static final int PixelIntensityRelationship = 0x00281040;
  public static final int PixelIntensityRelationshipSign = 0x00281041;
  public static final int WindowCenter = 0x00281050;
  public static final int WindowWidth = 0x00281051;
  public static final int RescaleIntercept = 0x00281052;
  public static final int RescaleSlope = 0x00281053;
  public static final int RescaleType = 0x00281054;
  public static final int VOILUTFunction = 0x00281056;
  public static final int LossyImageCompression = 0x00282110;
  public static final int ModalityLUTSequence = 0x00283000;
  public static final int LUTDescriptor = 0x00283002;
  public static final int LUTData = 0x00283006;
  public static final int VOILUTSequence = 0x00283010;
  public static final int RequestedProcedureCodeSequence = 0x00321064;
  public static final int RequestAttributesSequence = 0x00400275;
  public static final int AcquisitionContextSequence = 0x00400555;
  public static final int RequestedProcedureID = 0x00401001;
  public static final int PlacerOrderNumberImagingServiceRequest = 0x00402016;
  public static final int ConceptNameCodeSequence = 0x0040A043;
  public static final int CurrentRequestedProcedureEvidenceSequence = 0x0040A375;
  public static final int ContentSequence = 0x0040A730;
  public static final int ViewCodeSequence = 0x00540220;
  public static final int PresentationLUTShape = 0x20500020;
  public static final int PixelData = 0x7FE00010;

  private Tag() {}

  /** The tag of a keyword ({@code PatientID}) or of 8 hexadecimal digits ({@code 00100020}). */
  public static OptionalInt parse(String name) {
    return name.matches("[0-9A-Fa-f]{8}")
        ? OptionalInt.of(Integer.parseUnsignedInt(name, 16))
        : DataDictionary.tag(name);
  }

  /** A tag as people write it, with its keyword where the dictionary knows one. */
  public static String describe(int tag) {
    String number = "(%04X,%04X)".formatted(tag >>> 16, tag & 0xFFFF);
    return DataDictionary.keyword(tag).map(keyword -> keyword + " " + number).orElse(number);
  }
}
