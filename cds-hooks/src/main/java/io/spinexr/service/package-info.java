/**
 * What callers and pages may ask of orders, studies and patients, and how the rooms below are put
 * together. Nothing is answered over HTTP here.
 */
package io.spinexr.service;
