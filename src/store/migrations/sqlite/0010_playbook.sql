-- By which version of the playbook a touch point was written.

ALTER TABLE touch_point ADD COLUMN playbook TEXT;
CREATE INDEX touch_point_playbook ON touch_point (playbook);
