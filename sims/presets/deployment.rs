//! Where the keys are kept: what no library has an option for, and every deployment decides.

use super::option::count;
use fencepost_model::{Mapped, PresetOption, SettingKind, SettingSpec, SettingValue, Settings};

/// How many replicas the server has.
pub(super) const REPLICAS: PresetOption = count(
    "replicas",
    (0, 2),
    || SettingValue::Number(0),
    "of the deployment, and no option of the library: how many replicas the server has",
    "0: the lock `redis`; otherwise `redis-failover` with as many `replicas`",
);

/// Who promotes one of them.
pub(super) const PROMOTION: PresetOption = PresetOption {
    spec: SettingSpec {
        name: "promotion",
        kind: SettingKind::Word(&[("sentinel", "three sentinels"), ("managed", "a hosted service")]),
        default: || SettingValue::Word("sentinel".to_owned()),
        about: "of the deployment, and no option of the library: who promotes a replica",
    },
    becomes: "promotion, where there are replicas; its times are settings of `redis-failover`",
};

/// On how many independent servers the keys are.
pub(super) const SERVERS: PresetOption = count(
    "servers",
    (1, 9),
    || SettingValue::Number(3),
    "of the deployment: how many independent servers the library is given connections to",
    "1: the lock `redis`; otherwise `redlock` with as many `nodes`",
);

/// The lock of these settings, on one server or on one with replicas.
pub(super) fn deployed(options: &Settings, mut settings: Vec<(&'static str, SettingValue)>) -> Mapped {
    let replicas = options.number("replicas");
    if replicas == 0 {
        return Mapped { lock: "redis", settings };
    }
    settings.push(("replicas", SettingValue::Number(replicas)));
    settings.push(("promotion", SettingValue::Word(options.word("promotion").to_owned())));
    Mapped { lock: "redis-failover", settings }
}
