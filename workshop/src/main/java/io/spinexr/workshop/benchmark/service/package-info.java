/**
 * Measures the service, its FHIR store and its decoding on this machine, under load of synthetic
 * studies. Networks are measured in {@code network}.
 */
package io.spinexr.workshop.benchmark.service;
