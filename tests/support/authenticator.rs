//! A device that keeps a passkey, and the browser before it: Web Authentication Level 3, in as much as a test needs.
//!
//! It does what it is told to, also what no browser would: to name another origin, to leave the user unverified, to count
//! backwards.

use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower_sessions::session::Id;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};
use webauthn_rs_proto::{
    AuthenticationExtensionsClientOutputs, AuthenticatorAssertionResponseRaw, AuthenticatorAttestationResponseRaw,
    RegistrationExtensionsClientOutputs,
};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

/// A device with one passkey.
#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    credential_id: Vec<u8>,
    /// By which it knows the account.
    pub user_handle: Vec<u8>,
    /// How often it was used. One that stays 0 does not count.
    pub counter: u32,
    /// How much is counted at each use.
    pub step: u32,
    /// What the browser says it looks at.
    pub origin: &'static str,
    /// The name it signs for, if not the one it is asked for.
    pub rp_id: Option<&'static str>,
    /// Whether it made sure who holds it.
    pub is_verified: bool,
}

impl Authenticator {
    /// A device before which nobody stood yet, in a browser at this origin.
    pub fn at(origin: &'static str) -> Self {
        let random: Vec<u8> = [Id::default(), Id::default()].iter().flat_map(|id| id.0.to_le_bytes()).collect();
        Self {
            key: SigningKey::from_slice(&random).expect("a key"),
            credential_id: Id::default().0.to_le_bytes().to_vec(),
            user_handle: Vec::new(),
            counter: 0,
            step: 1,
            origin,
            rp_id: None,
            is_verified: true,
        }
    }

    /// `navigator.credentials.create`: the answer to the question for a new passkey.
    pub fn make(&mut self, question: &Value) -> String {
        let options = &question["publicKey"];
        // As the account is known to the device: through the types of the library, which know how it travels.
        let answer =
            json!({ "id": "", "rawId": options["user"]["id"], "type": "", "response": { "attestationObject": "", "clientDataJSON": "" } });
        self.user_handle = serde_json::from_value::<RegisterPublicKeyCredential>(answer).expect("a handle").raw_id;
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut data = self.data(options["rp"]["id"].as_str().expect("a name"), HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential_id.len()).expect("a short id").to_be_bytes());
        data.extend(&self.credential_id);
        // COSE (RFC 9053): an elliptic curve key for ES256 on P-256, with its coordinates.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().expect("a point").iter());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().expect("a point").iter());
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": bytes }.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short data"));
        object.extend(data);
        let answer = RegisterPublicKeyCredential {
            id: String::new(),
            raw_id: self.credential_id.clone(),
            response: AuthenticatorAttestationResponseRaw {
                attestation_object: object,
                client_data_json: self.client_data("webauthn.create", options),
                transports: None,
            },
            type_: "public-key".to_owned(),
            extensions: RegistrationExtensionsClientOutputs::default(),
        };
        serde_json::to_string(&answer).expect("a text")
    }

    /// `navigator.credentials.get`: the answer to the question for a passkey.
    pub fn sign(&mut self, question: &Value) -> String {
        let options = &question["publicKey"];
        self.counter = self.counter.wrapping_add(self.step);
        let (data, client) = (self.data(options["rpId"].as_str().expect("a name"), 0), self.client_data("webauthn.get", options));
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature: Signature = self.key.sign(&signed);
        let answer = PublicKeyCredential {
            id: String::new(),
            raw_id: self.credential_id.clone(),
            response: AuthenticatorAssertionResponseRaw {
                authenticator_data: data,
                client_data_json: client,
                signature: signature.to_der().as_bytes().to_vec(),
                user_handle: Some(self.user_handle.clone()),
            },
            extensions: AuthenticationExtensionsClientOutputs::default(),
            type_: "public-key".to_owned(),
        };
        serde_json::to_string(&answer).expect("a text")
    }

    fn data(&self, asked: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.unwrap_or(asked)).to_vec();
        data.push(flags | USER_PRESENT | if self.is_verified { USER_VERIFIED } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        serde_json::to_vec(&data).expect("a text")
    }
}
