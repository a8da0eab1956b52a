import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `key.pem` and `cert.pem`, a key on P-256 and a certificate for 127.0.0.1 that it has signed itself, into a folder,
 * unless they are there already. Takes `openssl`.
 *
 * @returns the folder
 */
export function makeCertificate(folder: string): string {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  if (existsSync(key) && existsSync(cert)) return folder;
  mkdirSync(folder, { recursive: true });
  const request = [
    'req',
    '-x509',
    '-nodes',
    '-days',
    '3650',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
  ];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return folder;
}
