/**
 * Patients who do not exist, their studies as DICOM files, and an EHR that orders them. No study
 * comes into an archive here.
 */
package io.spinexr.phantom.study;
