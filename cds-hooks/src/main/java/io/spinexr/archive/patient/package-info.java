/**
 * Who a patient is to an archive, and whom images state to show. Which studies there are is not
 * asked here.
 */
package io.spinexr.archive.patient;
