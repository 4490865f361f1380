import { pageWords } from '../../words/page';

export const w = pageWords({
  password: '改密码', password_text: '改好以后，别的设备都要用新密码重新登录。', old: '现在的密码', fresh: '新密码', fresh_hint: '至少 10 个字，不用常见的', again: '再输一次新密码', change: '改密码', changed: '密码改好了，别的设备已退出',
  need_old: '请输入现在的密码', need_fresh: '请输入新密码', not_again: '两次输入的新密码不一样', second: '动态码', second_on: '登录时除了密码，还要手机令牌上的六位数字。换手机前先在这里换一个。', second_off: '还没有设置。设置以后，别人知道密码也登不上。', begin_on: '换一个动态码', begin_off: '设置动态码', code_now: '现在令牌上的六位数字',
  show: '下一步', secret: '把这串字输到手机令牌里（只显示这一次）', code_new: '令牌上显示的六位数字', need_code: '请输入六位数字', set: '确定', set_done: '动态码设好了，别的设备已退出', cancel: '不改了', wait: '试得太多了，请过 {n} 分钟再试', offline: '现在没有网，联网后再改',
}, {
  password: 'Change the password', password_text: 'Afterwards the other devices sign in again with the new one.', old: 'Present password', fresh: 'New password', fresh_hint: 'At least 10 characters, no common one', again: 'New password again', change: 'Change it', changed: 'The password is changed; other devices are signed out',
  need_old: 'Enter the present password', need_fresh: 'Enter the new password', not_again: 'The two new passwords differ', second: 'Second factor', second_on: 'Signing in asks for six digits of your authenticator besides the password. Renew it here before you change phones.', second_off: 'None yet. With one, knowing the password is not enough.', begin_on: 'Renew it', begin_off: 'Set one up', code_now: 'The six digits it shows now',
  show: 'Next', secret: 'Enter this into your authenticator (shown this once)', code_new: 'The six digits that it shows', need_code: 'Enter the six digits', set: 'Set it', set_done: 'The second factor is set; other devices are signed out', cancel: 'Leave it', wait: 'Too many tries; come back in {n} minutes', offline: 'No network now; change it when there is one',
});
