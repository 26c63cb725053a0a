// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/** What the service account logs in with. */
public sealed interface Credentials permits RsaCredentials, CertificateCredentials {

  /** The service account. */
  String username();

  /** The option that it comes from, for messages. */
  String option();

  /** What to look at when the pod refuses it: sentences for the administrators at both sides. */
  String advice();
}
