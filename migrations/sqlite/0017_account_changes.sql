-- All logins of an account show the same list of logins and the same events, on each device. When one of these changes, each
-- session of the account counts as changed, so open tabs get the news. A log in inserts an event when the login is live. A login that
-- ended, or has another id now, is deleted from the list.
-- Only sessions in this database are noted: nodes do not read notes about others.
create trigger account_lost_a_login after delete on account_session begin
    insert into session_change (key)
    select session.key from account_session join session on session.key = account_session.key
    where account_session.account_id = old.account_id;
end;
create trigger account_has_an_event after insert on security_event begin
    insert into session_change (key)
    select session.key from account_session join session on session.key = account_session.key
    where account_session.account_id = new.account_id;
end;
