// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.certificates;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.crypto.spec.PBEParameterSpec;

/** Key stores as files have them. */
public final class Stores {

  private Stores() {}

  /** A store that trusts these certificates; none makes an empty one. */
  public static byte[] trusting(String type, String password, X509Certificate... certificates) {
    return store(
        type,
        password,
        store -> {
          for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry("trusted-" + i, certificates[i]);
          }
        });
  }

  /** A store with any key, whose entry has a password of its own. */
  public static byte[] of(
      String type,
      String password,
      String keyPassword,
      PrivateKey key,
      X509Certificate certificate) {
    return store(
        type,
        password,
        store ->
            store.setKeyEntry(
                "identity", key, keyPassword.toCharArray(), new Certificate[] {certificate}));
  }

  /** A PKCS#12 store whose key takes so many iterations to decrypt. */
  public static byte[] slow(String password, Identity identity, int iterations) {
    return store(
        "PKCS12",
        password,
        store ->
            store.setEntry(
                "identity",
                new KeyStore.PrivateKeyEntry(
                    identity.key(), new Certificate[] {identity.certificate()}),
                new KeyStore.PasswordProtection(
                    password.toCharArray(),
                    "PBEWithHmacSHA256AndAES_256",
                    new PBEParameterSpec(new byte[20], iterations))));
  }

  private interface Filling {
    void fill(KeyStore store) throws GeneralSecurityException;
  }

  private static byte[] store(String type, String password, Filling filling) {
    try {
      KeyStore store = KeyStore.getInstance(type);
      store.load(null, null);
      filling.fill(store);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, password.toCharArray());
      return bytes.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
