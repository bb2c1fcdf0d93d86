package io.spinexr.access;

/** Is told who was let in and who was not, before the request goes on. */
@FunctionalInterface
public interface AccessEvents {
  void happened(AccessEvent event);
}
